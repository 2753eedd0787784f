import { Button } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement } from 'react';

import { Brand, PRODUCT } from '../brand/brand.js';
import { signInLink } from './sign-in-link.js';

/** What who is not signed in sees of every page; the sign-in leads back to it. */
export function SignInPage(): ReactElement {
  const { pathname, search } = globalThis.location;
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title="Sign in to the console"
      actions={
        <Button component="a" size="md" href={signInLink(pathname + search)}>
          Sign in
        </Button>
      }
    >
      <p>Make keys, try the API on your own pictures, and see what was asked of it.</p>
      <p className="ui-faint">
        Your password stays with your sign-in provider: nomosly never sees it.
      </p>
    </StandalonePage>
  );
}
