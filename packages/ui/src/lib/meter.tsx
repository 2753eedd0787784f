import { type ReactElement } from 'react';

import './meter.css';

interface Properties {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** The value in words: "120 of 100,000". */
  readonly text: string;
}

/** From here on a limit is near, and at 1 it is reached. */
const NEAR = 0.8;

/** How much of a limit is used. */
export function Meter({ label, value, max, text }: Properties): ReactElement {
  const share = max > 0 ? Math.min(1, value / max) : 1;
  const level = share >= 1 ? 'reached' : share >= NEAR ? 'near' : 'free';
  return (
    <div className="ui-meter" data-level={level}>
      <div className="ui-meter-words">
        <span className="ui-meter-label">{label}</span>
        <span className="ui-meter-text ui-number">{text}</span>
      </div>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(value, max)}
        aria-valuetext={text}
        className="ui-meter-track"
      >
        <div className="ui-meter-bar" style={{ width: `${(share * 100).toFixed(2)}%` }} />
      </div>
    </div>
  );
}
