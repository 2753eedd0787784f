import { type ReactElement } from 'react';

import { exactText, relativeText } from './times.js';
import { useNow } from './use-now.js';

/** A time as its distance from now, with the exact one in its tooltip. */
export function Moment({ iso }: { readonly iso: string }): ReactElement {
  const now = useNow();
  return (
    <time dateTime={iso} title={exactText(iso)}>
      {relativeText(iso, now)}
    </time>
  );
}
