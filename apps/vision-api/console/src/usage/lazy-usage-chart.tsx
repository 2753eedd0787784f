import { Skeleton } from '@mantine/core';
import { lazy, type ReactElement, Suspense } from 'react';

import { SCOPES, type Usage } from '../api/schemas.js';
import { operations } from '../texts/operations.js';
import './chart-legend.css';

/** The chart's script is larger than all of the page's: it comes after the page. */
const UsageChart = lazy(() => import('./usage-chart.js'));

export function LazyUsageChart({
  usage,
}: {
  readonly usage: Pick<Usage, 'from' | 'to' | 'days'>;
}): ReactElement {
  return (
    <>
      <Suspense fallback={<Skeleton height={260} radius="md" />}>
        <UsageChart usage={usage} />
      </Suspense>
      <ul className="chart-legend" aria-label="Colours">
        {SCOPES.map((scope) => (
          <li key={scope}>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <circle cx="5" cy="5" r="5" fill={operations[scope].color} />
            </svg>
            {operations[scope].label}
          </li>
        ))}
      </ul>
    </>
  );
}
