/*
 * Asks for the token, once for however many questions were refused meanwhile.
 */
import {h} from "./dom.js";

let asking = null;

export function askToken(give) {
	asking ??= new Promise(resolve => {
		const input = h("input", {
			type: "password",
			id: "token",
			autocomplete: "current-password",
			required: true,
		});
		const wrong = h("p", {class: "bad", role: "alert"});
		const dialog = h(
			"dialog",
			{"aria-labelledby": "token-title"},
			h(
				"form",
				{onsubmit: submit},
				h("h2", {id: "token-title"}, "profweb requires a token"),
				h("p", {}, "It is in the file given to profweb with --token-file, see profweb(8)."),
				h("label", {for: "token"}, "Token"),
				input,
				wrong,
				h("button", {class: "primary"}, "Open")
			)
		);

		async function submit(event) {
			event.preventDefault();
			wrong.textContent = "";
			if (await give(input.value).catch(() => false)) {
				dialog.remove();
				asking = null;
				resolve();
			} else {
				wrong.textContent = "invalid token";
				input.select();
			}
		}

		/* There is nothing to see without it. */
		dialog.addEventListener("cancel", event => event.preventDefault());
		document.body.append(dialog);
		dialog.showModal();
	});
	return asking;
}
