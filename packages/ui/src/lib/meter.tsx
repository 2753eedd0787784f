import { type ReactElement } from 'react';

import { fillOf } from './meter-fill.js';
import './meter.css';

interface Properties {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** The value in words: "120 of 100,000". */
  readonly text: string;
}

/** How much of a limit is used. */
export function Meter({ label, value, max, text }: Properties): ReactElement {
  const { share, level } = fillOf(value, max);
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
