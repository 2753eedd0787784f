import { type JSX } from 'preact';

const PATHS = {
  alert: 'M12 8v5m0 3.5v.01M12 3 2.5 20h19L12 3Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6 6 18',
  door: 'M14 4H6v16h8m-3-8h10m0 0-3.5-3.5M21 12l-3.5 3.5',
  clock: 'M12 7v5l3.5 2M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18Z',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture that says nothing which the text beside it does not say. */
export function Icon({
  name,
  size,
}: {
  readonly name: IconName;
  readonly size: number;
}): JSX.Element {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
