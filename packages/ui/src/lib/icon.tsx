import { type ReactElement } from 'react';

/** Strokes on a grid of 20; drawn for this interface. */
const paths = {
  overview: 'M3 16.5h14M5 13.5v-4M10 13.5v-9M15 13.5v-6',
  keys: 'M12.5 3.5a4 4 0 1 1-3.6 5.7L4 14.1V16.5h2.6v-2h2v-2h1.4l1-1.2M13.6 6.4h.01',
  playground:
    'M3.5 6.5v-3h3M13.5 3.5h3v3M16.5 13.5v3h-3M6.5 16.5h-3v-3M7.5 10a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0',
  usage: 'M3 14.5l4-5 3.5 3 6.5-8M13 4.5h4v4',
  audit: 'M10 2.8l6 2.2v4.6c0 3.6-2.4 6.3-6 7.6-3.6-1.3-6-4-6-7.6V5zM7.4 9.9l1.9 1.9 3.4-3.7',
  account:
    'M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10zM3.8 16.8c.8-2.7 3.2-4.3 6.2-4.3s5.4 1.6 6.2 4.3',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  close: 'M5 5l10 10M15 5L5 15',
  copy: 'M7.5 7.5h8v8.5h-8zM12.5 7.5V4h-8v8.5h3',
  check: 'M4.5 10.5l3.6 3.6 7.4-8',
  warning: 'M10 3.5l7 12.5H3zM10 8.5v3.4M10 13.9h.01',
  information: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4.3M10 6.6h.01',
  sun: 'M10 13.3a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M15.3 4.7l-1.1 1.1M5.8 14.2l-1.1 1.1',
  moon: 'M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z',
  system: 'M3 4.5h14v9H3zM7.5 16.5h5M10 13.5v3',
  plus: 'M10 4.5v11M4.5 10h11',
  download: 'M10 3.5v9M6.3 9l3.7 3.7L13.7 9M4 16.5h12',
  image: 'M3.5 4.5h13v11h-13zM6.8 8.6h.01M3.8 14l4-3.8 2.7 2.4 2.6-2.6 3.2 3.2',
  refresh: 'M16 8.2A6.3 6.3 0 1 0 16.2 12M16.3 4.2v4h-4',
  offline:
    'M3 3l14 14M7 7.4A7.6 7.6 0 0 0 4.6 9M10.8 6.6a7.6 7.6 0 0 1 4.7 2.4M7.4 11.9a4 4 0 0 1 5 0M10 14.9h.01',
  signOut: 'M8 3.5H4v13h4M8.5 10h8M13.2 6.7l3.3 3.3-3.3 3.3',
  arrow: 'M4 10h12M11.2 5.2L16 10l-4.8 4.8',
} as const;

export type IconName = keyof typeof paths;

interface Properties {
  readonly name: IconName;
  /** Pixels; 18 unless told. */
  readonly size?: number;
}

/** A drawing beside words that say the same: nothing to a screen reader. */
export function Icon({ name, size = 18 }: Properties): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
