import { type ComponentChildren, type JSX } from 'preact';
import { Icon } from './icons.js';
import { Logo } from './logo.js';

/** A form of ours: where it goes, and the token that shows that it is ours. */
export interface FormTarget {
  readonly action: string;
  readonly token: string;
}

/** The name of the field that carries the token. */
export const TOKEN_FIELD = 'form_token';

/** Somebody who is signed in, as pages name them. */
export interface Person {
  readonly email: string;
  readonly name: string | undefined;
}

export function Form({
  action,
  token,
  children,
}: FormTarget & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <form method="post" action={action}>
      <input type="hidden" name={TOKEN_FIELD} value={token} />
      {children}
    </form>
  );
}

/** What went wrong, before the form that it is about. `id` is for the fields to refer to. */
export function Alert({
  id,
  children,
}: {
  readonly id?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="alert" role="alert" id={id}>
      <Icon name="alert" size={20} />
      <span>{children}</span>
    </div>
  );
}

/** The account that something is about. */
export function PersonCard({ email, name }: Person): JSX.Element {
  return (
    <div class="person">
      <Logo name={name ?? email} look="person" />
      <div>
        {name === undefined ? (
          <b>
            <bdi>{email}</bdi>
          </b>
        ) : (
          <>
            <b>
              <bdi>{name}</bdi>
            </b>
            <span class="soft">
              <bdi>{email}</bdi>
            </span>
          </>
        )}
      </div>
    </div>
  );
}
