import { Button } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';

import { Icon } from './icon.js';

interface Properties {
  readonly text: string;
  /** What is copied, for the button's name: "Copy the secret". */
  readonly what: string;
  readonly variant?: 'filled' | 'default' | 'subtle';
}

/** How long the button says that it worked. */
const SAID_FOR_MS = 2_000;

/** Puts a text on the clipboard and says so, or says that the browser would not. */
export function CopyButton({ text, what, variant = 'default' }: Properties): ReactElement {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => {
      setOutcome(undefined);
    }, SAID_FOR_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  const words = { copied: 'Copied', refused: 'Select it and copy' } as const;
  return (
    <>
      <Button
        size="compact-sm"
        variant={variant}
        leftSection={<Icon name={outcome === 'copied' ? 'check' : 'copy'} size={15} />}
        onClick={() => void copy()}
        aria-label={`Copy ${what}`}
      >
        {outcome === undefined ? 'Copy' : words[outcome]}
      </Button>
      <span role="status" className="ui-visually-hidden">
        {outcome !== undefined && words[outcome]}
      </span>
    </>
  );
}
