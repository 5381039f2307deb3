from calla.enquiries import correcting
from calla.enquiries.models import Enquiry, Knock, Message
from calla.enquiries.states import Author
from calla.privacy.registry import NOT_PERSONAL, Ending, Indexed, declare, nothing_personal

nothing_personal(Knock)

declare(Enquiry, {
    "number": NOT_PERSONAL,
    "token_digest": NOT_PERSONAL,
    "once": NOT_PERSONAL,
    "email_index": Indexed("email", "an HMAC under a key outside the database, to tell whose reply it is", "enquiry",
                           label="A code for your address"),
    "details": {"email", "name", "order_number"},
    "way": NOT_PERSONAL,
    "state": NOT_PERSONAL,
    "opened_at": NOT_PERSONAL,
    "due_at": NOT_PERSONAL,
    "answered_at": NOT_PERSONAL,
    "closed_on": NOT_PERSONAL,
}, purpose="enquiries", ends=Ending(), alone=True, called=lambda enquiry: f"Question {enquiry.number}",
    corrected=correcting.CORRECTIONS, by="opened_at")


def _letter(message: Message) -> str:
    return "What we wrote" if message.author == Author.STAFF else "What you wrote"


declare(Message, {
    "enquiry_id": NOT_PERSONAL,
    "text": {"message"},
    "author": NOT_PERSONAL,
    "actor_subject": NOT_PERSONAL,
    "identity": NOT_PERSONAL,
    "at": NOT_PERSONAL,
    "left_out": NOT_PERSONAL,
    "cut": NOT_PERSONAL,
}, purpose="enquiries", ends=Ending(part_of="enquiry"), alone=True, called=_letter, labels={"message": "Text"}, by="at")
