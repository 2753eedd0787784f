import { type ReactElement } from 'react';

import { type Scope, SCOPES } from '../api/schemas.js';
import { operations } from '../texts/operations.js';

interface Properties {
  readonly value: Scope;
  readonly disabled: boolean;
  readonly onChange: (operation: Scope) => void;
}

/** What to ask of the image. */
export function OperationPicker({ value, disabled, onChange }: Properties): ReactElement {
  return (
    <fieldset className="operation-picker" disabled={disabled}>
      <legend className="ui-visually-hidden">Operation</legend>
      {SCOPES.map((scope) => (
        <label key={scope} className="operation-choice">
          <input
            type="radio"
            name="operation"
            className="ui-visually-hidden"
            checked={scope === value}
            onChange={() => {
              onChange(scope);
            }}
          />
          <span className="operation-label">{operations[scope].label}</span>
          <span className="operation-hint">{operations[scope].hint}</span>
        </label>
      ))}
    </fieldset>
  );
}
