import { type ReactElement } from 'react';

import { type Usage } from '../api/schemas.js';
import { utcDate } from '../texts/days.js';
import { numberText } from '../texts/times.js';
import { errorRate, total } from '../usage/usage-sums.js';

interface Properties {
  readonly usage: Usage;
  readonly activeKeys: number;
  readonly now: number;
}

/** The numbers that one looks for first. */
export function Figures({ usage, activeKeys, now }: Properties): ReactElement {
  const month = total(usage.days);
  const used = usage.today.keys.reduce((sum, key) => sum + key.used, 0);
  const rate = errorRate(month);
  const failedToday = total(usage.days.filter(({ date }) => date === utcDate(now))).errors;
  return (
    <dl className="overview-figures">
      <Figure term="Requests today" value={numberText(used)} note="since midnight UTC" />
      <Figure term="In 30 days" value={numberText(month.requests)} note="all keys" />
      <Figure
        term="Errors in 30 days"
        value={`${(rate * 100).toFixed(rate > 0 && rate < 0.1 ? 2 : 1)} %`}
        note={`${numberText(month.errors)} ${month.errors === 1 ? 'request' : 'requests'}, ${numberText(failedToday)} today`}
      />
      <Figure
        term="Keys in use"
        value={numberText(activeKeys)}
        note="not revoked, not expired"
      />
    </dl>
  );
}

function Figure(props: {
  readonly term: string;
  readonly value: string;
  readonly note: string;
}): ReactElement {
  return (
    <div className="overview-figure">
      <dt>{props.term}</dt>
      <dd className="overview-value ui-number">{props.value}</dd>
      <dd className="overview-note">{props.note}</dd>
    </div>
  );
}
