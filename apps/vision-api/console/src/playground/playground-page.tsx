import { Button, NumberInput } from '@mantine/core';
import { Notice, PageHeader, Panel } from '@nomo/ui';
import { type ReactElement, useEffect, useState } from 'react';

import { type Scope } from '../api/schemas.js';
import { PRODUCT } from '../brand/brand.js';
import { FailureNotice } from '../failures/failure-notice.js';
import { useSignedIn } from '../session/session-context.js';
import { operations } from '../texts/operations.js';
import { AnswerPanel } from './answer-panel.js';
import { type Slot } from './findings.js';
import { imageProblem } from './image-check.js';
import { ImageSlot } from './image-slot.js';
import { OperationPicker } from './operation-picker.js';
import { options, slots } from './options.js';
import { useQuestion } from './use-question.js';
import { Waiting } from './waiting.js';
import './playground.css';

type Files = Partial<Record<Slot, File>>;

/** Tries the operations on a picture of one's own. */
export default function PlaygroundPage(): ReactElement {
  const { limits } = useSignedIn();
  const [operation, setOperation] = useState<Scope>('faces:detect');
  const [files, setFiles] = useState<Files>({});
  const [threshold, setThreshold] = useState<number>();
  const [refused, setRefused] = useState<string>();
  const [pointed, setPointed] = useState<readonly string[]>([]);
  const { question, ask, reset } = useQuestion();

  const asking = question.status === 'asking';
  const taken = slots[operation];
  const option = options[operation];
  const value = threshold ?? option?.initial;
  const missing = taken.find(({ slot }) => files[slot] === undefined);
  const findings = question.status === 'answered' ? question.findings : undefined;

  const take = (slot: Slot, file: File): void => {
    const problem = imageProblem(file, limits.maxImageBytes);
    setRefused(problem);
    if (problem !== undefined) return;
    reset();
    setPointed([]);
    setFiles((held) => ({ ...held, [slot]: file }));
  };
  const choose = (next: Scope): void => {
    reset();
    setPointed([]);
    setRefused(undefined);
    setThreshold(undefined);
    setOperation(next);
    // A picture that was chosen for one question is asked the next one too.
    setFiles((held) => ({
      ...held,
      ...(next === 'faces:compare'
        ? held.source === undefined && held.image !== undefined && { source: held.image }
        : held.image === undefined && held.source !== undefined && { image: held.source }),
    }));
  };
  useOnPaste((file) => {
    const slot = missing?.slot ?? taken.at(-1)?.slot;
    if (slot !== undefined && !asking) take(slot, file);
  });

  const send = (): void => {
    const form = new FormData();
    for (const { slot } of taken) {
      const file = files[slot];
      if (file !== undefined) form.set(slot, file);
    }
    if (option !== undefined && value !== undefined) form.set(option.field, String(value));
    setPointed([]);
    void ask(operation, form);
  };
  const point = (shape: string | undefined): void => {
    setPointed(shape === undefined ? [] : [shape]);
  };

  return (
    <>
      <PageHeader
        title="Playground"
        product={PRODUCT}
        lead="Your own pictures, with the same engines, limits and answers as the API. No picture is kept."
      />
      <div className="console-stack">
        <OperationPicker value={operation} disabled={asking} onChange={choose} />
        <div className="playground">
          <div className="playground-work">
            <div className="playground-images" data-count={taken.length}>
              {taken.map(({ slot, label }) => (
                <ImageSlot
                  key={slot}
                  label={label}
                  file={files[slot]}
                  disabled={asking}
                  shapes={findings?.shapes.filter((shape) => shape.slot === slot) ?? []}
                  active={pointed}
                  onPoint={point}
                  onFile={(file) => {
                    take(slot, file);
                  }}
                />
              ))}
            </div>
            {refused !== undefined && (
              <Notice tone="warning" title="This file cannot be used">
                {refused}
              </Notice>
            )}
            {question.status === 'failed' && (
              <FailureNotice error={question.error} onRetry={send} />
            )}
            <div className="playground-run">
              {option !== undefined && (
                <NumberInput
                  label={option.label}
                  suffix=" %"
                  min={0}
                  max={100}
                  clampBehavior="strict"
                  allowDecimal={false}
                  w={140}
                  value={value ?? ''}
                  disabled={asking}
                  onChange={(next) => {
                    setThreshold(typeof next === 'number' ? next : undefined);
                  }}
                />
              )}
              <Button
                size="sm"
                disabled={missing !== undefined}
                loading={asking}
                onClick={send}
              >
                {operations[operation].label}
              </Button>
              {asking && <Waiting since={question.since} onCancel={reset} />}
              {missing !== undefined && !asking && (
                <span className="ui-faint playground-hint">
                  {taken.length === 1 ? 'Choose a picture first.' : 'It takes two pictures.'}
                </span>
              )}
            </div>
          </div>
          <Panel>
            <AnswerPanel
              question={question}
              sample={{
                operation,
                files: Object.fromEntries(
                  taken.map(({ slot }) => [slot, files[slot]?.name ?? `${slot}.jpg`]),
                ),
                options:
                  option !== undefined && value !== undefined && value !== option.initial
                    ? { [option.field]: String(value) }
                    : {},
              }}
              pointed={pointed}
              onPoint={setPointed}
            />
          </Panel>
        </div>
      </div>
    </>
  );
}

/** Calls back with the file that is pasted anywhere on the page. */
function useOnPaste(take: (file: File) => void): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const file = event.clipboardData?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      take(file);
    };
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('paste', paste);
    };
  });
}
