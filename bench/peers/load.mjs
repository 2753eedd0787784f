/**
 * Imports a module that only this folder has installed. Code elsewhere cannot resolve
 * it: an import is looked up from the file in which it is written.
 *
 * @param {string} specifier
 * @returns {Promise<unknown>}
 */
export const load = (specifier) => import(specifier);
