import { SegmentedControl, Tabs } from '@mantine/core';
import { CodeBlock, EmptyState } from '@nomo/ui';
import { type ReactElement, useState } from 'react';

import {
  requestSample,
  SAMPLE_LANGUAGES,
  type SampleLanguage,
  type SampleRequest,
} from '../snippets/request-sample.js';
import { numberText } from '../texts/times.js';
import { FindingList } from './finding-list.js';
import { type Question } from './use-question.js';

interface Properties {
  readonly question: Question;
  readonly sample: Pick<SampleRequest, 'operation' | 'files' | 'options'>;
  readonly pointed: readonly string[];
  readonly onPoint: (shapes: readonly string[]) => void;
}

/** The answer in words and as it came, and the request that gets it. */
export function AnswerPanel({ question, sample, pointed, onPoint }: Properties): ReactElement {
  const [language, setLanguage] = useState<SampleLanguage>('curl');
  const answered = question.status === 'answered' ? question : undefined;
  return (
    <Tabs defaultValue="found" keepMounted={false} className="answer-tabs">
      <Tabs.List mb="md">
        <Tabs.Tab value="found">Found</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
        <Tabs.Tab value="request">Request</Tabs.Tab>
        {answered !== undefined && (
          <span className="answer-latency ui-number" title="From the click to the answer">
            {numberText(Math.round(answered.latency))} ms
          </span>
        )}
      </Tabs.List>
      <p role="status" className="ui-visually-hidden">
        {answered?.findings.summary}
      </p>
      <Tabs.Panel value="found">
        {answered === undefined ? (
          <Nothing />
        ) : (
          <FindingList findings={answered.findings} pointed={pointed} onPoint={onPoint} />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="json">
        {answered === undefined ? (
          <Nothing />
        ) : (
          <CodeBlock code={JSON.stringify(answered.answer, null, 2)} what="The answer" />
        )}
      </Tabs.Panel>
      <Tabs.Panel value="request">
        <SegmentedControl
          mb="sm"
          size="xs"
          aria-label="Language"
          data={[...SAMPLE_LANGUAGES]}
          value={language}
          onChange={(value) => {
            const chosen = SAMPLE_LANGUAGES.find((each) => each === value);
            if (chosen !== undefined) setLanguage(chosen);
          }}
        />
        <CodeBlock
          code={requestSample(language, { ...sample, origin: globalThis.location.origin })}
          what="The request"
          wrap
        />
        <p className="answer-note">
          It reads your key from the environment variable <code>NOMOSLY_API_KEY</code>.
        </p>
      </Tabs.Panel>
    </Tabs>
  );
}

function Nothing(): ReactElement {
  return (
    <EmptyState icon="playground" title="Nothing asked yet">
      What is found appears here, and over the picture.
    </EmptyState>
  );
}
