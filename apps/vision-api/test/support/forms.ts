/** A multipart form with the given files (as JPEG, unless a type is named) and fields. */
export function form(
  files: Record<string, Uint8Array>,
  fields: Record<string, string> = {},
  type = 'image/jpeg',
): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const [name, bytes] of Object.entries(files)) {
    data.append(name, new Blob([Uint8Array.from(bytes)], { type }), `${name}.jpg`);
  }
  return data;
}
