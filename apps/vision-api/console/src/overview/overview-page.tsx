import { PageHeader } from '@nomo/ui';
import { type ReactElement } from 'react';

import { PRODUCT } from '../brand/brand.js';

export default function OverviewPage(): ReactElement {
  return <PageHeader title="Overview" product={PRODUCT} />;
}
