import { Skeleton } from '@mantine/core';
import { type ReactElement } from 'react';

/** The outline of a page while its script or its data come. */
export function PageSkeleton(): ReactElement {
  return (
    <div role="status" className="console-stack">
      <span className="ui-visually-hidden">Loading</span>
      <Skeleton height={30} width={180} />
      <Skeleton height={120} radius="lg" />
      <Skeleton height={280} radius="lg" />
    </div>
  );
}
