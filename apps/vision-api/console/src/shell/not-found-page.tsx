import { Button } from '@mantine/core';
import { StandalonePage } from '@nomo/ui';
import { type ReactElement } from 'react';

import { Brand, PRODUCT } from '../brand/brand.js';

/** A path of the console that is none. */
export function NotFoundPage(): ReactElement {
  return (
    <StandalonePage
      brand={<Brand />}
      product={PRODUCT}
      title="There is no such page"
      actions={
        <Button component="a" href="/dashboard">
          To the overview
        </Button>
      }
    >
      <p>The address may be mistyped, or the page has moved.</p>
    </StandalonePage>
  );
}
