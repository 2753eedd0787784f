import { PageHeader } from '@nomo/ui';
import { type ReactElement } from 'react';

import { PRODUCT } from '../brand/brand.js';

export default function PlaygroundPage(): ReactElement {
  return <PageHeader title="Playground" product={PRODUCT} />;
}
