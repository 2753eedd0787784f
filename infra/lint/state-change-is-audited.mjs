/** What Prisma calls the writing methods of a model. */
const writingVerbs = new Set([
  'create',
  'createMany',
  'createManyAndReturn',
  'update',
  'updateMany',
  'updateManyAndReturn',
  'upsert',
  'delete',
  'deleteMany',
]);

const rawMethods = new Set([
  '$executeRaw',
  '$executeRawUnsafe',
  '$queryRaw',
  '$queryRawUnsafe',
]);

/** Parts of statements that write. Not `SELECT … FOR UPDATE`, not `set_config`. */
const writingSql = [
  /\binsert\s+into\b/iu,
  /\bupdate\b[^;]*?\sset\s/iu,
  /\bdelete\s+from\b/iu,
  /\bmerge\s+into\b/iu,
  /\btruncate\b/iu,
];

/** What records an event, of @nomo/audit. */
const recordingMethods = new Set(['recordAudit', 'recordBeside']);

/** One sentence of some length: a word is no reason. */
const shortestReason = 12;

/**
 * ESLint rule: a function that changes rows (`tx.<model>.create` and its like, or SQL that writes)
 * also calls `recordAudit` or `recordBeside`, or says in its doc comment `@unaudited` and why.
 *
 * The function is the method of a class, or the function of a module, that all of it stands in. A
 * part that only its callers can record for says so as its reason.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'Require an audit event for every change of state' },
    schema: [],
    messages: {
      silent:
        '{{name}} changes state and records no audit event: call recordAudit in the same transaction, or say why not with "@unaudited <reason>" in its doc comment',
      noReason: 'Say after @unaudited, in a sentence, why {{name}} records no audit event',
      needless: '{{name}} is marked @unaudited, and needs no mark',
    },
  },

  create(context) {
    const { sourceCode } = context;
    /** @type {{ node: object, write: object | undefined, records: boolean }[]} */
    const open = [];

    const enter = (node) => {
      if (isUnit(node)) open.push({ node, write: undefined, records: false });
    };
    const leave = (node) => {
      if (open.at(-1)?.node !== node) return;
      judge(context, sourceCode, open.pop());
    };
    const sawWrite = (node) => {
      const unit = open.at(-1);
      if (unit !== undefined) unit.write ??= node;
    };

    return {
      ':function': enter,
      ':function:exit': leave,
      CallExpression(node) {
        const unit = open.at(-1);
        if (unit !== undefined && recordingMethods.has(calledName(node.callee)))
          unit.records = true;
        if (isModelWrite(node.callee) || isRawWrite(node.callee, textOf(node.arguments[0]))) {
          sawWrite(node);
        }
      },
      TaggedTemplateExpression(node) {
        if (isRawWrite(node.tag, textOf(node.quasi))) sawWrite(node);
      },
    };
  },
};

function judge(context, sourceCode, { node, write, records }) {
  const data = { name: nameOf(node) };
  const reason = unauditedReason(sourceCode, node);
  if (write !== undefined && !records && reason === undefined) {
    context.report({ node: write, messageId: 'silent', data });
  } else if (reason !== undefined && (write === undefined || records)) {
    context.report({ node, messageId: 'needless', data });
  } else if (reason !== undefined && reason.length < shortestReason) {
    context.report({ node, messageId: 'noReason', data });
  }
}

/** A function that stands in no other function: callbacks belong to who passes them. */
function isUnit(node) {
  for (let above = node.parent; above !== null; above = above.parent) {
    if (/Function/u.test(above.type)) return false;
  }
  return true;
}

/** `tx.apiKey.create`, `this.client.apiKey.create`; not `this.repository.create`. */
function isModelWrite(callee) {
  return (
    callee.type === 'MemberExpression' &&
    writingVerbs.has(calledName(callee)) &&
    callee.object.type === 'MemberExpression' &&
    callee.object.object.type !== 'ThisExpression'
  );
}

/** What cannot be read is taken to write. */
function isRawWrite(callee, sql) {
  return (
    rawMethods.has(calledName(callee)) &&
    (sql === undefined || writingSql.some((part) => part.test(sql)))
  );
}

function calledName(callee) {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type !== 'MemberExpression') return undefined;
  return callee.computed ? callee.property.value : callee.property.name;
}

/** The text of a literal, with a name in place of each value; `undefined` for anything else. */
function textOf(node) {
  switch (node?.type) {
    case 'TemplateLiteral':
      return node.quasis.map(({ value }) => value.cooked).join(' x ');
    case 'TaggedTemplateExpression':
      return textOf(node.quasi);
    case 'Literal':
      return String(node.value);
    default:
      return undefined;
  }
}

/** What stands after `@unaudited` in the doc comment; `undefined` without one. */
function unauditedReason(sourceCode, node) {
  const comment = sourceCode
    .getCommentsBefore(documented(node))
    .findLast(({ type, value }) => type === 'Block' && value.startsWith('*'));
  const after = comment?.value.split('@unaudited')[1];
  return after
    ?.split(/^\s*\*?\s*@/mu)[0]
    ?.replaceAll(/^\s*\*/gmu, '')
    .trim();
}

/** What the doc comment of a function stands before. */
function documented(node) {
  const { parent } = node;
  switch (parent.type) {
    case 'MethodDefinition':
    case 'Property':
    case 'PropertyDefinition':
      return parent.decorators?.[0] ?? parent;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return parent;
    case 'VariableDeclarator':
      return parent.parent.parent.type === 'ExportNamedDeclaration'
        ? parent.parent.parent
        : parent.parent;
    default:
      return node;
  }
}

function nameOf(node) {
  const { parent } = node;
  const key = node.id ?? parent.key ?? parent.id;
  if (key?.type === 'PrivateIdentifier') return `#${key.name}`;
  return key?.name ?? 'This function';
}
