/** Makes a failed `afterCommit` callback seen where nobody has said who is to be told. */
export function warnOfCallback(error: unknown): void {
  process.emitWarning(
    `A callback failed after its transaction had committed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    { type: 'TenancyWarning', code: 'NOMO_AFTER_COMMIT' },
  );
}
