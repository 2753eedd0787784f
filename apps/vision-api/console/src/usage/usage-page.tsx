import { PageHeader } from '@nomo/ui';
import { type ReactElement } from 'react';

import { PRODUCT } from '../brand/brand.js';

export default function UsagePage(): ReactElement {
  return <PageHeader title="Usage" product={PRODUCT} />;
}
