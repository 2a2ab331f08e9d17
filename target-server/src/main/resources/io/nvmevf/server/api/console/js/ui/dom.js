// What is shown is described anew each time, and only the difference is brought to the page: elements stay, and with them
// focus, selection and what was typed. Text is never read as markup.

const SVG = 'http://www.w3.org/2000/svg';
const described = new WeakMap();

/**
 * Describes an element. `on…` are listeners; `style` is an object of CSS properties; `initialValue` and `initialChecked` hold for a new
 * element only; `key` tells siblings apart; `ref` is called with a new element. Children that are null or false are nothing.
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flat(children) };
}

function flat(children) {
  return children.flat(Infinity).map((child) => {
    if (child === null || child === undefined || child === false) {
      // (Keeps the places of those behind it.)
      return '';
    }
    return typeof child === 'object' ? child : String(child);
  });
}

/** Brings what is in an element in line with a description. */
export function render(parent, ...children) {
  const focused = document.activeElement;
  patch(parent, flat(children));
  if (focused !== document.activeElement && focused?.isConnected && focused !== document.body && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

function patch(parent, next) {
  const keyed = new Map();
  const rest = [];
  for (const node of parent.childNodes) {
    const key = described.get(node)?.key;
    if (key === undefined) {
      rest.push(node);
    } else {
      keyed.set(key, node);
    }
  }
  let taken = 0;
  next.forEach((child, at) => {
    let node;
    if (typeof child === 'object' && child.props.key !== undefined) {
      node = keyed.get(child.props.key);
    } else {
      node = rest[taken++];
    }
    node = bring(node, child, parent);
    const there = parent.childNodes[at];
    if (there !== node) {
      parent.insertBefore(node, there ?? null);
    }
  });
  while (parent.childNodes.length > next.length) {
    parent.lastChild.remove();
  }
}

function bring(node, child, parent) {
  if (typeof child === 'string') {
    if (node?.nodeType === Node.TEXT_NODE) {
      if (node.data !== child) {
        node.data = child;
      }
      return node;
    }
    return document.createTextNode(child);
  }
  const known = node && described.get(node);
  if (known && known.tag === child.tag && known.key === child.props.key) {
    properties(node, known.props, child.props);
    known.props = child.props;
    patch(node, child.children);
    return node;
  }
  const svg = child.tag === 'svg' || parent.namespaceURI === SVG;
  const made = svg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
  described.set(made, { tag: child.tag, key: child.props.key, props: child.props });
  properties(made, {}, child.props);
  patch(made, child.children);
  if ('initialValue' in child.props) {
    made.value = child.props.initialValue;
  }
  if (child.props.initialChecked) {
    made.checked = true;
  }
  child.props.ref?.(made);
  return made;
}

function properties(node, before, now) {
  for (const name of Object.keys(before)) {
    if (!(name in now)) {
      set(node, name, null, before[name]);
    }
  }
  for (const [name, value] of Object.entries(now)) {
    if (value !== before[name] || name === 'style') {
      set(node, name, value, before[name]);
    }
  }
}

function set(node, name, value, before) {
  if (name === 'key' || name === 'ref' || name.startsWith('initial')) {
    return;
  }
  if (name.startsWith('on')) {
    node[name] = value;
  } else if (name === 'style') {
    for (const [property, text] of Object.entries(value ?? {})) {
      if (before?.[property] !== text) {
        node.style.setProperty(property, text);
      }
    }
  } else if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}
