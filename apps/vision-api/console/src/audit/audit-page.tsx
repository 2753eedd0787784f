import { Button } from '@mantine/core';
import { EmptyState, PageHeader, Panel } from '@nomo/ui';
import { type ReactElement } from 'react';

import { useAuditEvents, useKeys } from '../api/queries.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { PageSkeleton } from '../shell/page-skeleton.js';
import { AuditEventRow } from './audit-event-row.js';
import { VerificationMark } from './verification-mark.js';
import './audit.css';

/** What happened to the account, newest first, and whether the record of it is whole. */
export default function AuditPage(): ReactElement {
  const events = useAuditEvents();
  const keys = useKeys();
  const names = new Map(keys.data?.map(({ id, name }) => [id, name]));
  const all = events.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <PageHeader
        title="Audit trail"
        product={PRODUCT}
        lead="Every change to your account. Each event carries the hash of the one before it, so that none can be altered or taken out unseen."
      />
      <div className="console-stack">
        <VerificationMark />
        {events.isPending && <PageSkeleton />}
        {events.data !== undefined && (
          <Panel flush>
            {all.length === 0 ? (
              <EmptyState icon="audit" title="Nothing has happened yet">
                Keys that you make and sign-ins of yours turn up here.
              </EmptyState>
            ) : (
              <ol className="audit-list" reversed start={all[0]?.seq ?? 1}>
                {all.map((event) => (
                  <AuditEventRow
                    key={event.eventId}
                    event={event}
                    targetName={
                      event.target.id === null ? undefined : names.get(event.target.id)
                    }
                  />
                ))}
              </ol>
            )}
          </Panel>
        )}
        {events.error !== null && (
          <FailureNotice
            error={events.error}
            onRetry={() =>
              void (events.data === undefined ? events.refetch() : events.fetchNextPage())
            }
          />
        )}
        {events.hasNextPage && (
          <div className="audit-more">
            <Button
              variant="default"
              loading={events.isFetchingNextPage}
              onClick={() => void events.fetchNextPage()}
            >
              Show older events
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
