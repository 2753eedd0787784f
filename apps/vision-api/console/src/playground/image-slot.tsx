import { Button } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { Icon } from '@nomo/ui';
import { type ReactElement, useRef } from 'react';

import { AnnotatedImage } from './annotated-image.js';
import { type Shape } from './findings.js';
import { IMAGE_TYPES } from './image-check.js';

interface Properties {
  readonly label: string;
  readonly file: File | undefined;
  readonly disabled: boolean;
  readonly shapes: readonly Shape[];
  readonly active: readonly string[];
  readonly onPoint: (shape: string | undefined) => void;
  readonly onFile: (file: File) => void;
}

/** Where an image is dropped or picked, and then shown. */
export function ImageSlot(properties: Properties): ReactElement {
  const { label, file, disabled, shapes, active, onPoint, onFile } = properties;
  const open = useRef<() => void>(null);
  const pick = (
    <Button
      size="xs"
      variant="default"
      disabled={disabled}
      aria-label={
        file === undefined ? `Choose a file: ${label}` : `Choose another file: ${label}`
      }
      onClick={() => open.current?.()}
    >
      {file === undefined ? 'Choose a file' : 'Another'}
    </Button>
  );
  return (
    <div className="image-slot">
      <Dropzone
        className="image-drop"
        onDrop={([dropped]) => {
          if (dropped !== undefined) onFile(dropped);
        }}
        openRef={open}
        multiple={false}
        disabled={disabled}
        activateOnClick={false}
        activateOnKeyboard={false}
        enablePointerEvents
        inputProps={{ accept: IMAGE_TYPES.join(','), 'aria-label': `File: ${label}` }}
      >
        {file === undefined ? (
          <div className="image-empty">
            <Icon name="image" size={30} />
            <p className="image-empty-title">{label}</p>
            <p className="image-empty-text">Drop it here, paste it, or</p>
            {pick}
          </div>
        ) : (
          <AnnotatedImage
            file={file}
            alt={`${label}: ${file.name}`}
            shapes={shapes}
            active={active}
            onPoint={onPoint}
          />
        )}
      </Dropzone>
      {file !== undefined && (
        <div className="image-caption">
          <span className="image-name" title={file.name}>
            {label}: {file.name}
          </span>
          {pick}
        </div>
      )}
    </div>
  );
}
