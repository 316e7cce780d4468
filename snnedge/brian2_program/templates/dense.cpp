{# on_pre of synapses that connect all to all without delay: row after row of the matrix, no queue of events.

   Same additions in the same order as Brian2's own template "synapses", several neurons at once.
   USES_VARIABLES { _synaptic_pre, _synaptic_post, N_post } #}
{% extends 'brian2/synapses.cpp' %}

{% block maincode %}
    const size_t _vectorisation_idx = -1;
    {{scalar_code|autoindent}}

    {% set events = get_array_name(pathway.source.variables[pathway.eventspace_name], access_data=False) %}
    const size_t _columns = {{constant_or_scalar("N_post", variables["N_post"])}};
    const int _rows = {{events}}[{{pathway.source.variables[pathway.eventspace_name].size}} - 1];
    for (int _event = 0; _event < _rows; _event++) {
        const size_t _row = {{events}}[_event];
        asm volatile("" ::: "memory");  // one row after the other: float addition is not associative
        for (size_t _column = 0; _column < _columns; _column++) {
            const size_t _idx = _row * _columns + _column;
            const size_t _vectorisation_idx = _idx;
            {% set post = get_array_name(pathway.synapses.variables['_synaptic_post']) ~ '[_idx]' %}
            {{vector_code|join('\n')|replace(post, '_column')|autoindent}}
        }
    }
{% endblock %}
