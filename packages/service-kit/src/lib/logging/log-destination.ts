/** Where finished log lines go, each with its line feed. */
export interface LogDestination {
  write(line: string): void;
  /** Called before the process ends: on return, everything is out. */
  flushSync?(): void;
}
