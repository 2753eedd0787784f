/** @type {string | undefined} */
let message;

/**
 * @returns {string | undefined} what the engine said when it panicked; the trap that follows
 *   says only `unreachable`
 */
export function lastPanic() {
  return message;
}

/** Sets up the global by which the WebAssembly build announces a panic. */
export function registerPanics() {
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      /** @param {string} text */
      set_message: (text) => {
        message = text;
      },
    },
  });
}
