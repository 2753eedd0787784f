import { type ReactElement, type ReactNode } from 'react';

import { type Finding, type Findings, percent } from './findings.js';

interface Properties {
  readonly findings: Findings;
  readonly pointed: readonly string[];
  readonly onPoint: (shapes: readonly string[]) => void;
}

/** What was found, in words; pointing at one lights up its drawing, and the other way round. */
export function FindingList({ findings, pointed, onPoint }: Properties): ReactElement {
  return (
    <>
      <h2 className="finding-summary">{findings.summary}</h2>
      <ul className="finding-list">
        {findings.findings.map((finding) => (
          <li
            key={finding.id}
            className="finding"
            data-active={isPointed(finding, pointed)}
            onPointerLeave={() => {
              onPoint([]);
            }}
          >
            <Pointer shapes={finding.shapes} onPoint={onPoint}>
              <span className="finding-title">{finding.title}</span>
              <span className="finding-confidence ui-number">
                {percent(finding.confidence)}
              </span>
              {finding.notes.map((note) => (
                <span key={note} className="finding-note">
                  {note}
                </span>
              ))}
            </Pointer>
            {finding.parts.length > 1 && (
              <div className="finding-parts">
                {finding.parts.map((part) => (
                  <Pointer key={part.id} part shapes={part.shapes} onPoint={onPoint}>
                    {part.title}
                  </Pointer>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

const isPointed = (finding: Finding, pointed: readonly string[]): boolean =>
  [...finding.shapes, ...finding.parts.flatMap(({ shapes }) => shapes)].some((shape) =>
    pointed.includes(shape),
  );

interface PointerProperties {
  readonly part?: boolean;
  readonly shapes: readonly string[];
  readonly onPoint: (shapes: readonly string[]) => void;
  readonly children: ReactNode;
}

/** A button, so that the keyboard and a finger can point too. */
function Pointer({ part = false, shapes, onPoint, children }: PointerProperties): ReactElement {
  const point = (): void => {
    onPoint(shapes);
  };
  if (shapes.length === 0) return <div className="finding-pointer">{children}</div>;
  return (
    <button
      type="button"
      className={part ? 'finding-part' : 'finding-pointer'}
      onPointerEnter={point}
      onFocus={point}
      onClick={point}
      onBlur={() => {
        onPoint([]);
      }}
    >
      {children}
    </button>
  );
}
