import { Button } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement } from 'react';

import { Brand, PRODUCT } from '../brand/brand.js';
import { signInLink } from './sign-in-link.js';
import { signInFailure } from './sign-in-failure.js';

/** Where a sign-in ends that did not come to its end, with the reason and the way on. */
export function SignInFailedPage({ reason }: { readonly reason: string }): ReactElement {
  const { title, text, advice, action } = signInFailure(reason);
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title={title}
      actions={
        <>
          <Button component="a" href={signInLink('/dashboard')}>
            {action}
          </Button>
          <Button component="a" href="/dashboard" variant="default">
            Back to the start
          </Button>
        </>
      }
    >
      <p>{text}</p>
      <p className="ui-faint">{advice}</p>
    </StandalonePage>
  );
}
