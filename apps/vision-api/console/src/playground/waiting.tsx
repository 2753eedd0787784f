import { Button } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';

interface Properties {
  readonly since: number;
  readonly onCancel: () => void;
}

const SECOND_MS = 1_000;

/** How long the answer takes, from the first second on, and a way out. */
export function Waiting({ since, onCancel }: Properties): ReactElement {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setSeconds(Math.floor((Date.now() - since) / SECOND_MS));
    }, SECOND_MS / 4);
    return () => {
      clearInterval(timer);
    };
  }, [since]);
  return (
    <>
      <span role="status" className="ui-soft playground-hint">
        {seconds < 1 ? 'Looking at it' : 'Still looking'}
      </span>
      {seconds >= 1 && (
        <>
          <span className="ui-faint ui-number playground-hint" aria-hidden="true">
            {seconds} s
          </span>
          <Button size="xs" variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        </>
      )}
    </>
  );
}
