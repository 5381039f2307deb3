from calla.privacy.registry import nothing_personal
from calla.search.models import Choice, Entry, Facet, Indexed, Place, Posting, Word

# Only the catalogue is indexed. What people search for is kept nowhere.
nothing_personal(Choice, Entry, Facet, Indexed, Place, Posting, Word)
