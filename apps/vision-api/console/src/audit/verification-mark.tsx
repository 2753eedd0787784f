import { Button, Loader } from '@mantine/core';
import { Icon, Notice } from '@nomo/ui';
import { type ReactElement } from 'react';

import { useAuditVerification } from '../api/queries.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { momentText, numberText } from '../texts/times.js';

/** Whether the service finds the account's chain of events whole. */
export function VerificationMark(): ReactElement {
  const { data, error, isFetching, refetch } = useAuditVerification();
  const again = (): void => void refetch();
  if (error !== null) return <FailureNotice error={error} onRetry={again} />;
  if (data === undefined) {
    return (
      <div className="audit-verifying" role="status">
        <Loader size={16} aria-hidden="true" /> Checking the chain…
      </div>
    );
  }
  const button = (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon name="refresh" size={14} />}
      loading={isFetching}
      onClick={again}
    >
      Check again
    </Button>
  );
  const checked = `Checked ${momentText(data.checkedAt)}.`;
  if (data.status === 'broken') {
    return (
      <Notice tone="bad" title="The chain is broken" action={button}>
        {data.firstBad === null
          ? 'Events are missing at its end. '
          : `Event ${numberText(data.firstBad)} is not what was recorded. `}
        Tell whoever runs this service. {checked}
      </Notice>
    );
  }
  if (data.status === 'pending') {
    return (
      <Notice tone="information" title="Events are on their way" action={button}>
        The newest ones have yet to join the chain. {checked}
      </Notice>
    );
  }
  return (
    <Notice tone="good" title="Verified" action={button}>
      {data.events === 1
        ? 'The one event is as it was recorded. '
        : `All ${numberText(data.events)} events are as they were recorded, and none is missing. `}
      {checked}
    </Notice>
  );
}
