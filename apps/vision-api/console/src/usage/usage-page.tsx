import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { EmptyState, Icon, PageHeader, Panel } from '@nomo/ui';
import { type ReactElement, useState } from 'react';

import { useKeys, useUsage } from '../api/queries.js';
import { type Usage } from '../api/schemas.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { PageSkeleton } from '../shell/page-skeleton.js';
import { lastDays } from '../texts/days.js';
import { numberText } from '../texts/times.js';
import { useNow } from '../texts/use-now.js';
import { LazyUsageChart } from './lazy-usage-chart.js';
import { saveFile } from './save-file.js';
import { usageCsv } from './usage-csv.js';
import { type Range, rangeError, RANGES } from './usage-range.js';
import { total } from './usage-sums.js';
import { UsageTable } from './usage-table.js';
import './usage-page.css';

/** What was asked of the service, by day, key and operation. */
export default function UsagePage(): ReactElement {
  const now = useNow();
  const [range, setRange] = useState<Range>('30');
  const [own, setOwn] = useState(() => lastDays(30, now));
  const [asked, setAsked] = useState(own);
  const [keyId, setKeyId] = useState('');
  const shown = range === 'own' ? asked : lastDays(Number(range), now);
  const usage = useUsage(shown);
  const keys = useKeys();
  const names = new Map(keys.data?.map(({ id, name }) => [id, name]));
  const problem = range === 'own' ? rangeError(own.from, own.to) : undefined;

  const changeOwn = (changes: Partial<typeof own>): void => {
    const next = { ...own, ...changes };
    setOwn(next);
    if (rangeError(next.from, next.to) === undefined) setAsked(next);
  };
  return (
    <>
      <PageHeader
        title="Usage"
        product={PRODUCT}
        lead="Every request of your keys, in UTC days. Counts follow a request within seconds."
        actions={
          <Button
            variant="default"
            leftSection={<Icon name="download" size={16} />}
            disabled={usage.data === undefined}
            onClick={() => {
              if (usage.data === undefined) return;
              const { from, to } = usage.data;
              saveFile(
                `nomosly-usage-${from}-${to}.csv`,
                'text/csv',
                usageCsv(ofKey(usage.data, keyId).days, names),
              );
            }}
          >
            CSV
          </Button>
        }
      />
      <div className="console-stack">
        <div className="usage-filters">
          <SegmentedControl
            aria-label="Range"
            data={[...RANGES]}
            value={range}
            onChange={(value) => {
              const chosen = RANGES.find((each) => each.value === value);
              if (chosen !== undefined) setRange(chosen.value);
            }}
          />
          {range === 'own' && (
            <div className="usage-own">
              <TextInput
                type="date"
                aria-label="First day"
                value={own.from}
                error={problem}
                onChange={(event) => {
                  changeOwn({ from: event.currentTarget.value });
                }}
              />
              <TextInput
                type="date"
                aria-label="Last day"
                value={own.to}
                error={problem !== undefined}
                onChange={(event) => {
                  changeOwn({ to: event.currentTarget.value });
                }}
              />
            </div>
          )}
          <NativeSelect
            aria-label="Key"
            value={keyId}
            data={[
              { value: '', label: 'All keys' },
              ...[...names].map(([value, label]) => ({ value, label })),
            ]}
            onChange={(event) => {
              setKeyId(event.currentTarget.value);
            }}
          />
        </div>
        {usage.error !== null && (
          <FailureNotice error={usage.error} onRetry={() => void usage.refetch()} />
        )}
        {usage.isPending && <PageSkeleton />}
        {usage.data !== undefined && (
          <UsageReport
            usage={ofKey(usage.data, keyId)}
            names={names}
            updating={usage.isPlaceholderData}
          />
        )}
      </div>
    </>
  );
}

interface ReportProperties {
  readonly usage: Usage;
  readonly names: ReadonlyMap<string, string>;
  /** Another range is on its way. */
  readonly updating: boolean;
}

function UsageReport({ usage, names, updating }: ReportProperties): ReactElement {
  const { requests } = total(usage.days);
  if (requests === 0) {
    return (
      <Panel>
        <EmptyState icon="usage" title="Nothing in this range">
          No request of these days. Choose another range, or use a key.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <div className="console-stack" aria-busy={updating}>
      <Panel title={`${numberText(requests)} ${requests === 1 ? 'request' : 'requests'}`}>
        <LazyUsageChart usage={usage} />
      </Panel>
      <UsageTable usage={usage} names={names} />
    </div>
  );
}

/** The part of a key; all of it where no key is named. */
function ofKey(usage: Usage, keyId: string): Usage {
  if (keyId === '') return usage;
  return { ...usage, days: usage.days.filter((row) => row.keyId === keyId) };
}
