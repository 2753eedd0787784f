import { useMantineColorScheme } from '@mantine/core';
import { type ReactElement } from 'react';

import { Icon } from './icon.js';
import './color-scheme-switch.css';

const choices = [
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
  { value: 'auto', label: 'As the system', icon: 'system' },
] as const;

/** Light, dark, or what the system says. */
export function ColorSchemeSwitch(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <fieldset className="ui-color-scheme">
      <legend className="ui-visually-hidden">Colours</legend>
      {choices.map(({ value, label, icon }) => (
        <label key={value} className="ui-color-scheme-choice" title={label}>
          <input
            type="radio"
            name="ui-color-scheme"
            className="ui-visually-hidden"
            checked={colorScheme === value}
            onChange={() => {
              setColorScheme(value);
            }}
          />
          <Icon name={icon} size={16} />
          <span className="ui-visually-hidden">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
