import { Button } from '@mantine/core';
import { EmptyState, PageHeader, Panel } from '@nomo/ui';
import { Link } from '@tanstack/react-router';
import { type ReactElement } from 'react';

import { useKeys, useUsage } from '../api/queries.js';
import { type Key, type Usage } from '../api/schemas.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { keyStatus } from '../keys/key-status.js';
import { useSignedIn } from '../session/session-context.js';
import { PageSkeleton } from '../shell/page-skeleton.js';
import { lastDays } from '../texts/days.js';
import { useNow } from '../texts/use-now.js';
import { LazyUsageChart } from '../usage/lazy-usage-chart.js';
import { total } from '../usage/usage-sums.js';
import { Figures } from './figures.js';
import { FirstSteps } from './first-steps.js';
import { RecentKeys } from './recent-keys.js';
import { TodaysQuota } from './todays-quota.js';
import './overview.css';

/** How the account does: today, and in the last 30 days. */
export default function OverviewPage(): ReactElement {
  const { user } = useSignedIn();
  const now = useNow();
  const keys = useKeys();
  const usage = useUsage(lastDays(30, now));
  const error = keys.error ?? usage.error;
  return (
    <>
      <PageHeader
        title="Overview"
        product={PRODUCT}
        lead={`Signed in as ${user.email}`}
        actions={
          <Button component={Link} to="/playground" variant="default">
            Try a picture
          </Button>
        }
      />
      {error !== null && (
        <div className="overview-failure">
          <FailureNotice
            error={error}
            onRetry={() => {
              void keys.refetch();
              void usage.refetch();
            }}
          />
        </div>
      )}
      {keys.isPending || usage.isPending ? (
        <PageSkeleton />
      ) : (
        keys.data !== undefined &&
        usage.data !== undefined && <Report keys={keys.data} usage={usage.data} now={now} />
      )}
    </>
  );
}

interface ReportProperties {
  readonly keys: readonly Key[];
  readonly usage: Usage;
  readonly now: number;
}

function Report({ keys, usage, now }: ReportProperties): ReactElement {
  const used = total(usage.days).requests > 0;
  const own = keys.filter(({ playground }) => !playground);
  if (own.length === 0 && !used) return <FirstSteps />;
  const active = keys.filter((key) => keyStatus(key, now) === 'active');
  return (
    <div className="console-stack">
      <Figures usage={usage} activeKeys={active.length} now={now} />
      <Panel title="Last 30 days">
        {used ? (
          <LazyUsageChart usage={usage} />
        ) : (
          <EmptyState icon="usage" title="No request yet">
            As soon as one of your keys is used, its requests are counted here.
          </EmptyState>
        )}
      </Panel>
      <div className="overview-columns">
        <TodaysQuota usage={usage} keys={active} />
        <RecentKeys keys={active.filter(({ playground }) => !playground)} now={now} />
      </div>
    </div>
  );
}
