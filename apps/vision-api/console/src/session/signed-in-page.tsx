import { Button } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement, useEffect } from 'react';

import { Brand, PRODUCT } from '../brand/brand.js';
import { announce } from './session-channel.js';

/** Where a sign-in in a second tab ends: the first one goes on. */
export function SignedInPage(): ReactElement {
  useEffect(() => {
    announce('signed-in');
  }, []);
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title="You are signed in again"
      actions={
        <Button component="a" href="/dashboard" variant="default">
          Open the console here
        </Button>
      }
    >
      <p>
        Go back to the tab that you came from: it goes on where it was. You can close this one.
      </p>
    </StandalonePage>
  );
}
