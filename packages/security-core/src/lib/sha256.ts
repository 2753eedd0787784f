/** The length of every SHA-256. */
export const hashBytes = 32;
