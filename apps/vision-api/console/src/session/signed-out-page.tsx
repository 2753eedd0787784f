import { Button } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement } from 'react';

import { Brand, PRODUCT } from '../brand/brand.js';
import { signInLink } from './sign-in-link.js';

/** Where a sign-out ends. */
export function SignedOutPage(): ReactElement {
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title="You are signed out"
      actions={
        <Button component="a" href={signInLink('/dashboard')}>
          Sign in again
        </Button>
      }
    >
      <p>Your session has ended. Your API keys go on working.</p>
    </StandalonePage>
  );
}
