import { type JSX } from 'preact';

const TILES = {
  organization: 'tile',
  application: 'tile plain',
  person: 'tile plain round',
} as const;

/** A logo; where there is none, a tile with the first letter. The name stands beside it. */
export function Logo({
  name,
  url,
  look,
}: {
  readonly name: string;
  readonly url?: string | undefined;
  /** The tile of who is not the organization does without its colour. */
  readonly look: 'organization' | 'application' | 'person';
}): JSX.Element {
  if (url !== undefined) return <img class="logo" src={url} alt="" width={40} height={40} />;
  return (
    <span class={TILES[look]} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The first letter as a person counts letters: of more than one code point, where it has them. */
export function initialOf(name: string): string {
  const [first] = letters.segment(name.trim());
  return first?.segment.toLocaleUpperCase('en') ?? '·';
}
