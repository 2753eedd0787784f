import { type ReactElement } from 'react';

import { type AuditEvent } from '../api/schemas.js';
import { Moment } from '../texts/moment.js';
import { exactText } from '../texts/times.js';
import { actionText, detailText } from './event-text.js';

interface Properties {
  readonly event: AuditEvent;
  /** What the user calls what it was done to, where that has a name. */
  readonly targetName: string | undefined;
}

export function AuditEventRow({ event, targetName }: Properties): ReactElement {
  const details = detailText(event);
  return (
    <li className="audit-event">
      <span className="audit-seq ui-number ui-faint" title="Number in the chain">
        {event.seq}
      </span>
      <div className="audit-what">
        <div>
          <span className="audit-action">{actionText(event.action)}</span>
          {targetName !== undefined && <span className="ui-soft"> {targetName}</span>}
        </div>
        <div className="audit-second">
          {details !== '' && <span className="audit-details">{details}</span>}
          <details className="audit-more-details">
            <summary>Particulars</summary>
            <dl>
              <Fact term="When" value={exactText(event.occurredAt)} />
              <Fact term="Action" value={event.action} />
              <Fact term="By" value={partyText(event.actor)} />
              <Fact term="To" value={partyText(event.target)} />
              <Fact term="Address" value={event.ip} />
              <Fact term="Browser" value={event.userAgent} />
              <Fact term="Request" value={event.requestId} />
              <Fact term="Event" value={event.eventId} />
            </dl>
          </details>
        </div>
      </div>
      <span className="audit-when">
        <Moment iso={event.occurredAt} />
      </span>
    </li>
  );
}

const partyText = ({ type, id }: AuditEvent['actor']): string =>
  id === null ? type : `${type} ${id}`;

function Fact(props: {
  readonly term: string;
  readonly value: string | null;
}): ReactElement | null {
  if (props.value === null || props.value === '') return null;
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
