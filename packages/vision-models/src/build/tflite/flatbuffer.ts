/**
 * Reads tables of a FlatBuffer (https://flatbuffers.dev/internals) by field number. An
 * address is the position of a table in the buffer; fields that are absent have a default.
 */
export class FlatBufferReader {
  readonly #data: DataView;

  constructor(bytes: Uint8Array) {
    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The address of the root table. */
  get root(): number {
    return this.#data.getUint32(0, true);
  }

  int8(table: number, field: number, absent = 0): number {
    const position = this.#field(table, field);
    return position === 0 ? absent : this.#data.getInt8(position);
  }

  int32(table: number, field: number, absent = 0): number {
    const position = this.#field(table, field);
    return position === 0 ? absent : this.#data.getInt32(position, true);
  }

  /** The address of a table that a field refers to, or undefined. */
  table(table: number, field: number): number | undefined {
    const position = this.#field(table, field);
    return position === 0 ? undefined : position + this.#data.getUint32(position, true);
  }

  /** The addresses of a vector of tables. */
  tables(table: number, field: number): number[] {
    const { length, start } = this.#vector(table, field);
    return Array.from({ length }, (_, index) => {
      const position = start + index * 4;
      return position + this.#data.getUint32(position, true);
    });
  }

  int32s(table: number, field: number): number[] {
    const { length, start } = this.#vector(table, field);
    return Array.from({ length }, (_, index) => this.#data.getInt32(start + index * 4, true));
  }

  /** A copy of a vector of bytes, aligned for any typed array. */
  bytes(table: number, field: number): Uint8Array<ArrayBuffer> {
    const { length, start } = this.#vector(table, field);
    return new Uint8Array(this.#data.buffer, this.#data.byteOffset + start, length).slice();
  }

  #vector(table: number, field: number): { length: number; start: number } {
    const position = this.table(table, field);
    return position === undefined
      ? { length: 0, start: 0 }
      : { length: this.#data.getUint32(position, true), start: position + 4 };
  }

  #field(table: number, field: number): number {
    const layout = table - this.#data.getInt32(table, true);
    const slot = 4 + field * 2;
    if (slot >= this.#data.getUint16(layout, true)) return 0;
    const offset = this.#data.getUint16(layout + slot, true);
    return offset === 0 ? 0 : table + offset;
  }
}
