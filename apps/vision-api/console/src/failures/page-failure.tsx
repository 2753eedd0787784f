import { Button } from '@mantine/core';
import { Notice } from '@nomo/ui';
import { type ReactElement } from 'react';

/** Where a page broke, or its script could not be fetched (a new release took its place). */
export function PageFailure(): ReactElement {
  return (
    <Notice
      tone="bad"
      title="This page could not be shown"
      action={
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            globalThis.location.reload();
          }}
        >
          Reload
        </Button>
      }
    >
      The connection may be gone, or the console was renewed since you opened it.
    </Notice>
  );
}
