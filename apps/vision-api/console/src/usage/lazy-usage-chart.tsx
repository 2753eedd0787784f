import { Skeleton } from '@mantine/core';
import { lazy, type ReactElement, Suspense } from 'react';

import { type Usage } from '../api/schemas.js';

/** The chart's script is larger than all of the page's: it comes after the page. */
const UsageChart = lazy(() => import('./usage-chart.js'));

export function LazyUsageChart({
  usage,
}: {
  readonly usage: Pick<Usage, 'from' | 'to' | 'days'>;
}): ReactElement {
  return (
    <Suspense fallback={<Skeleton height={260} radius="md" />}>
      <UsageChart usage={usage} />
    </Suspense>
  );
}
