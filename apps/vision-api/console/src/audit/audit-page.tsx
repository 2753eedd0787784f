import { PageHeader } from '@nomo/ui';
import { type ReactElement } from 'react';

import { PRODUCT } from '../brand/brand.js';

export default function AuditPage(): ReactElement {
  return <PageHeader title="Audit" product={PRODUCT} />;
}
