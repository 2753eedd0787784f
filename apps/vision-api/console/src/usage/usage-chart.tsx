import '@mantine/charts/styles.css';

import { BarChart } from '@mantine/charts';
import { type ReactElement } from 'react';

import { SCOPES, type Usage } from '../api/schemas.js';
import { operationLabel, operations } from '../texts/operations.js';
import { numberText, shortNumberText, utcDayText } from '../texts/times.js';
import { dayBars, total } from './usage-sums.js';
import './usage-chart.css';

interface Properties {
  readonly usage: Pick<Usage, 'from' | 'to' | 'days'>;
}

/** Bars of the requests of each day, by operation. What it shows stands in the table too. */
export default function UsageChart({ usage }: Properties): ReactElement {
  const { requests } = total(usage.days);
  return (
    <figure
      className="usage-chart"
      role="img"
      aria-label={`${numberText(requests)} requests from ${utcDayText(usage.from)} to ${utcDayText(usage.to)}, by day and operation`}
    >
      <BarChart
        h={260}
        data={dayBars(usage, SCOPES)}
        dataKey="date"
        type="stacked"
        series={SCOPES.map((scope) => ({
          name: scope,
          label: operationLabel(scope),
          color: operations[scope].color,
        }))}
        tickLine="none"
        gridAxis="x"
        strokeDasharray="3 4"
        maxBarWidth={28}
        accessibilityLayer={false}
        valueFormatter={shortNumberText}
        xAxisProps={{ tickFormatter: utcDayText, minTickGap: 24 }}
        yAxisProps={{ width: 44, allowDecimals: false }}
        barProps={{ isAnimationActive: false }}
        tooltipProps={{
          labelFormatter: (date) => (typeof date === 'string' ? utcDayText(date) : date),
        }}
      />
    </figure>
  );
}
