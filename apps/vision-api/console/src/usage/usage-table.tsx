import { SegmentedControl } from '@mantine/core';
import { Panel } from '@nomo/ui';
import { type ReactElement, useState } from 'react';

import { type Usage } from '../api/schemas.js';
import { operationLabel } from '../texts/operations.js';
import { numberText, utcDayText } from '../texts/times.js';
import { grouped, type Grouping } from './usage-sums.js';

interface Properties {
  readonly usage: Pick<Usage, 'days'>;
  /** Key id → name. */
  readonly names: ReadonlyMap<string, string>;
}

const GROUPINGS = [
  { value: 'key', label: 'Key' },
  { value: 'operation', label: 'Operation' },
  { value: 'day', label: 'Day' },
] as const satisfies readonly { value: Grouping; label: string }[];

/** The numbers of the chart. */
export function UsageTable({ usage, names }: Properties): ReactElement {
  const [by, setBy] = useState<Grouping>('key');
  const groups = grouped(usage.days, by);
  const most = Math.max(...groups.map(({ requests }) => requests));
  const label = {
    key: (id: string) => names.get(id) ?? id,
    operation: operationLabel,
    day: utcDayText,
  }[by];
  return (
    <Panel
      title="Requests by"
      flush
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Group by"
          data={[...GROUPINGS]}
          value={by}
          onChange={(value) => {
            const chosen = GROUPINGS.find((each) => each.value === value);
            if (chosen !== undefined) setBy(chosen.value);
          }}
        />
      }
    >
      <table className="usage-table">
        <thead>
          <tr>
            <th scope="col">{GROUPINGS.find(({ value }) => value === by)?.label}</th>
            <th scope="col" className="usage-share">
              <span className="ui-visually-hidden">Share</span>
            </th>
            <th scope="col" className="usage-count">
              Requests
            </th>
            <th scope="col" className="usage-count">
              Errors
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ of, requests, errors }) => (
            <tr key={of}>
              <th scope="row">{label(of)}</th>
              <td className="usage-share">
                <div className="ui-meter-track" aria-hidden="true">
                  <div
                    className="ui-meter-bar"
                    style={{ width: `${((requests / most) * 100).toFixed(1)}%` }}
                  />
                </div>
              </td>
              <td className="usage-count ui-number">{numberText(requests)}</td>
              <td className="usage-count ui-number">{numberText(errors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
