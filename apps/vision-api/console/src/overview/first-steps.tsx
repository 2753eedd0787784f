import { Button } from '@mantine/core';
import { EmptyState, Panel } from '@nomo/ui';
import { Link } from '@tanstack/react-router';
import { type ReactElement } from 'react';

/** The overview of an account that has done nothing yet. */
export function FirstSteps(): ReactElement {
  return (
    <Panel>
      <EmptyState
        icon="keys"
        title="Welcome. Begin with a key"
        action={
          <div className="overview-first">
            <Button component={Link} to="/keys">
              Create your first key
            </Button>
            <Button component={Link} to="/playground" variant="default">
              Try it without one
            </Button>
          </div>
        }
      >
        With a key, your programs ask nomosly what is in a picture: faces, things, text. Once
        one does, you see it here.
      </EmptyState>
    </Panel>
  );
}
