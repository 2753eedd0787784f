import { PageHeader } from '@nomo/ui';
import { type ReactElement } from 'react';

import { PRODUCT } from '../brand/brand.js';

export default function AccountPage(): ReactElement {
  return <PageHeader title="Account" product={PRODUCT} />;
}
